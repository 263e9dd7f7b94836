# SPDX-License-Identifier: Apache-2.0
# InSpec and CINC Auditor: inspec exec contrib/audit/inspec (as root on the host)
{
  'CIS-Docker-5.4' => 'Linux kernel capabilities are restricted within containers',
  'CIS-Docker-5.5' => 'Privileged containers are not used',
  'CIS-Docker-5.23' => 'No process was entered with exec --privileged',
  'CIS-Docker-5.26' => 'Containers are restricted from acquiring additional privileges',
}.each do |id, text|
  control id do
    impact 0.7
    title text
    desc 'CIS Docker Benchmark 1.6.0 and 1.7.0, judged by the policy in /etc/capgate.'
    tag cis: id.delete_prefix('CIS-Docker-')
    only_if('capgate is installed') { file('/usr/bin/capgate').exist? }
    describe command("/usr/bin/capgate audit --format lines --control #{id}") do
      its('stdout') { should match(/^#{Regexp.escape(id)} PASS /) }
      its('exit_status') { should eq 0 }
    end
  end
end
